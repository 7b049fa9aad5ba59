;; Recurses for ever.
(func $deeper (param $n i32) (result i32)
  (i32.add (call $deeper (i32.add (local.get $n) (i32.const 1))) (i32.const 1)))
(func $validate (param $arguments i32) (result i32) (call $deeper (i32.const 0)))
