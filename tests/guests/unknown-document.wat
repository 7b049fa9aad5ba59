;; Findings on a document that nobody gave it.
(func $validate (param $arguments i32) (result i32)
  (local $finding i32)
  (local.set $finding (call $findings (local.get $arguments) (i32.const 3)))
  (i32.store (local.get $finding) (i32.const 4000000))
  (i32.store offset=76 (local.get $finding) (i32.const 4000001))
  (call $ok (local.get $finding) (i32.const 3)))
