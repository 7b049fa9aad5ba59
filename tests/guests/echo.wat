;; Says back the texts of each document, of any role: object, old object, promoted from.
(data (i32.const 1060) "\b8\0b\00\00\01\00\00\00") ;; matches
(data (i32.const 3000) "\e0\0b\00\00\07\00\00\00")
(data (i32.const 3040) "\00\01\02\03\04\05\06")
(func $append (param $to i32) (param $text i32) (result i32)
  (if (i32.load8_u (local.get $text))
    (then
      (memory.copy (local.get $to) (i32.load offset=4 (local.get $text)) (i32.load offset=8 (local.get $text)))
      (local.set $to (i32.add (local.get $to) (i32.load offset=8 (local.get $text))))))
  (i32.store8 (local.get $to) (i32.const 124))
  (i32.add (local.get $to) (i32.const 1)))
(func $say (param $finding i32) (param $document i32)
  (local $start i32) (local $end i32)
  (local.set $start (call $allocate (i32.const 8192)))
  (local.set $end (call $append (local.get $start) (i32.add (local.get $document) (i32.const 92))))
  (local.set $end (call $append (local.get $end) (i32.add (local.get $document) (i32.const 104))))
  (local.set $end (call $append (local.get $end) (i32.add (local.get $document) (i32.const 116))))
  (i32.store offset=12 (local.get $finding) (local.get $start))
  (i32.store offset=16 (local.get $finding) (i32.sub (local.get $end) (local.get $start)))
  (i32.store8 offset=24 (local.get $finding) (i32.const 0)))
(func $validate (param $arguments i32) (result i32)
  (local $i i32)
  (drop (call $honest (local.get $arguments)))
  (loop $next
    (if (i32.lt_u (local.get $i) (call $count (local.get $arguments)))
      (then
        (call $say
          (i32.add (i32.load (i32.const 4100)) (i32.mul (local.get $i) (i32.const 76)))
          (i32.add (call $documents (local.get $arguments)) (i32.mul (local.get $i) (i32.const 140))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))
  (i32.const 4096))
