;; On a batch with an object that has six letters and begins with "po": an answer that cannot be read, which it remembers.
;; On the next call it traps, if there is one for this instance.
(func $is-poison (param $document i32) (result i32)
  (i32.and
    (i32.eq (i32.load offset=88 (local.get $document)) (i32.const 6))
    (i32.eq (i32.load16_u (i32.load offset=84 (local.get $document))) (i32.const 0x6f70))))
(data (i32.const 3000) "\ff\fe")
(func $validate (param $arguments i32) (result i32)
  (local $i i32)
  (if (i32.load (i32.const 5000)) (then (unreachable)))
  (drop (call $honest (local.get $arguments)))
  (loop $next
    (if (i32.lt_u (local.get $i) (call $count (local.get $arguments)))
      (then
        (if (call $is-poison
              (i32.add (call $documents (local.get $arguments)) (i32.mul (local.get $i) (i32.const 140))))
          (then
            (i32.store (i32.const 5000) (i32.const 1))
            (i32.store offset=12 (i32.load (i32.const 4100)) (i32.const 3000))
            (i32.store offset=16 (i32.load (i32.const 4100)) (i32.const 2))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))
  (i32.const 4096))
