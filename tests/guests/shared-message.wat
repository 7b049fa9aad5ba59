;; 4,096 findings whose messages are the same 1 MiB: little in the guest, 4 GiB on the host.
(func $validate (param $arguments i32) (result i32)
  (local $first i32) (local $i i32)
  (drop (memory.grow (i32.const 32)))
  (local.set $first (call $findings (local.get $arguments) (i32.const 4096)))
  (loop $next
    (i32.store offset=12 (i32.add (local.get $first) (i32.mul (local.get $i) (i32.const 76))) (i32.const 1048576))
    (i32.store offset=16 (i32.add (local.get $first) (i32.mul (local.get $i) (i32.const 76))) (i32.const 1048576))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (i32.const 4096))))
  (call $ok (local.get $first) (i32.const 4096)))
