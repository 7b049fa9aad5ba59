;; memory: 4096
;; Begins with 256 MiB.
(func $validate (param $arguments i32) (result i32) (call $honest (local.get $arguments)))
