;; Allocates for ever.
(func $validate (param $arguments i32) (result i32)
  (loop $again (drop (memory.grow (i32.const 100))) (br $again))
  (unreachable))
