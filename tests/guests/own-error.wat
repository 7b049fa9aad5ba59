;; Says that it cannot judge, with a workflow command on a line of its own.
(data (i32.const 3000) "no idea\0a::error::x")
(func $validate (param $arguments i32) (result i32) (call $error (i32.const 1) (i32.const 3000) (i32.const 18)))
