;; Refuses its settings only when it is called.
(data (i32.const 3000) "/mode" "unknown mode")
(data (i32.const 3048) "\b8\0b\00\00\05\00\00\00\bd\0b\00\00\0c\00\00\00")
(func $validate (param $arguments i32) (result i32) (call $error (i32.const 0) (i32.const 3048) (i32.const 1)))
