;; A message for terminals, for the logs of CIs, for browsers and for chats.
(data (i32.const 5200) "\1b[31mred\0a::error::owned\0a##vso[task.x]y\0a<script>alert(1)</script>\0a@everyone \e2\80\aetxt")
(func $validate (param $arguments i32) (result i32)
  (local $finding i32)
  (local.set $finding (call $findings (local.get $arguments) (i32.const 1)))
  (i32.store offset=12 (local.get $finding) (i32.const 5200))
  (i32.store offset=16 (local.get $finding) (i32.const 81))
  (call $ok (local.get $finding) (i32.const 1)))
