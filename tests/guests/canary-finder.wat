;; Traps if any memory that it gets holds the mark of `canary`, or anything at all.
(func $validate (param $arguments i32) (result i32)
  (local $at i32)
  (drop (memory.grow (i32.const 30)))
  (local.set $at (i32.const 131072))
  (loop $next
    (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (unreachable)))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const 2097152))))
  (call $honest (local.get $arguments)))
