;; A message with a terminal escape and a right-to-left override.
(data (i32.const 3000) "a\1b[2Jb\e2\80\ae")
(func $validate (param $arguments i32) (result i32)
  (local $finding i32)
  (local.set $finding (call $findings (local.get $arguments) (i32.const 1)))
  (i32.store offset=12 (local.get $finding) (i32.const 3000))
  (i32.store offset=16 (local.get $finding) (i32.const 9))
  (call $ok (local.get $finding) (i32.const 1)))
