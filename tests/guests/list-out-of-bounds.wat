;; A list that is longer than the memory.
(func $validate (param $arguments i32) (result i32)
  (call $ok (i32.const 65536) (i32.const 0x0fffffff)))
