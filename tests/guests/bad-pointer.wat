;; A pointer that is none.
(data (i32.const 2128) "metadata/")
(func $validate (param $arguments i32) (result i32) (call $honest (local.get $arguments)))
