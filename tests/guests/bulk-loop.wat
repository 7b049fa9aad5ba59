;; Does as much work as it can for each instruction.
(func $validate (param $arguments i32) (result i32)
  (drop (memory.grow (i32.const 512)))
  (loop $again
    (memory.fill (i32.const 65536) (i32.const 1) (i32.const 33554432))
    (br $again))
  (unreachable))
