;; Traps on a document with a six-letter name that begins with "po"; honest otherwise.
(func $is-poison (param $document i32) (result i32)
  (i32.and
    (i32.eq (i32.load offset=88 (local.get $document)) (i32.const 6))
    (i32.eq (i32.load16_u (i32.load offset=84 (local.get $document))) (i32.const 0x6f70))))
(func $validate (param $arguments i32) (result i32)
  (local $i i32)
  (loop $next
    (if (i32.lt_u (local.get $i) (call $count (local.get $arguments)))
      (then
        (if (call $is-poison
              (i32.add (call $documents (local.get $arguments)) (i32.mul (local.get $i) (i32.const 140))))
          (then (unreachable)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))
  (call $honest (local.get $arguments)))
