;; A finding of a rule that it does not declare.
(data (i32.const 3000) "bad-thin")
(func $validate (param $arguments i32) (result i32)
  (local $finding i32)
  (local.set $finding (call $findings (local.get $arguments) (i32.const 1)))
  (i32.store offset=4 (local.get $finding) (i32.const 3000))
  (i32.store offset=8 (local.get $finding) (i32.const 8))
  (call $ok (local.get $finding) (i32.const 1)))
