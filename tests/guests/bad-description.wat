;; Describes itself as one of the gate's own checks, with an escape in its version.
(data (i32.const 1024) "\b8\0b\00\00\06\00\00\00\c0\0b\00\00\05\00\00\00")
(data (i32.const 3000) "schema")
(data (i32.const 3008) "1.\1b.0")
(func $validate (param $arguments i32) (result i32) (call $honest (local.get $arguments)))
