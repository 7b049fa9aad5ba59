;; A message of 32 MiB.
(func $validate (param $arguments i32) (result i32)
  (local $finding i32)
  (local.set $finding (call $findings (local.get $arguments) (i32.const 1)))
  (drop (memory.grow (i32.const 600)))
  (i32.store offset=12 (local.get $finding) (i32.const 1048576))
  (i32.store offset=16 (local.get $finding) (i32.const 33554432))
  (call $ok (local.get $finding) (i32.const 1)))
