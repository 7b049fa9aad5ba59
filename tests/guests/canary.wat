;; Leaves a mark in all the memory that it can get: 0xc5 in every byte above 128 KiB.
(func $validate (param $arguments i32) (result i32)
  (drop (memory.grow (i32.const 30)))
  (memory.fill (i32.const 131072) (i32.const 0xc5) (i32.const 1966080))
  (call $honest (local.get $arguments)))
