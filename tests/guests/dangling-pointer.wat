;; A pointer into nowhere.
(data (i32.const 2128) "/nowhere1")
(func $validate (param $arguments i32) (result i32) (call $honest (local.get $arguments)))
