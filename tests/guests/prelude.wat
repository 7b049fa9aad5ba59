;; What every guest needs. The layout of records follows the canonical ABI for `sdk/wit/policy.wit`.
;;
;; arguments of validate   +144 documents (address, +148 count)
;; document, 140 bytes     +0 index   +84 name (address, +88 length)   +92 object (option: +96 address, +100 length)
;; finding, 76 bytes       +0 document   +4 rule   +12 message   +20 severity (option)   +24 pointer (option)
;;                         +36 sensitive   +40 fix (option)   +60 related   +68 properties
;; answer                  +0 0 for ok, 1 for an error   +4 findings, or the error (+4 0 settings, 1 other; +8 text)
(module
  (memory (export "memory") $MEMORY)
  (global $heap (mut i32) (i32.const 65536))

  (data (i32.const 1024) ;; metadata
    "\00\08\00\00\07\00\00\00" ;; id
    "\10\08\00\00\05\00\00\00" ;; version
    "\20\08\00\00\07\00\00\00" ;; title
    "\20\08\00\00\07\00\00\00" ;; description
    "\00\00\00\00"             ;; scope: per object
    "\00\00\00\00\00\00\00\00" ;; matches: none
    "\00\00\00\00"             ;; reads secret values: no
    "\30\08\00\00\02\00\00\00" ;; settings schema
    "\80\08\00\00\01\00\00\00" ;; rules
    "\00\00\00\00\00\00\00\00\00\00\00\00" ;; help url: none
    "\00\00\00\00\00\00\00\00" ;; tags: none
    "\00\00\00\00\00\00\00\00") ;; properties: none
  (data (i32.const 2048) "hostile")
  (data (i32.const 2064) "1.0.0")
  (data (i32.const 2080) "A guest")
  (data (i32.const 2096) "{}")
  (data (i32.const 2112) "bad-thing")
  (data (i32.const 2128) "/metadata")
  (data (i32.const 2176) ;; the rule
    "\40\08\00\00\09\00\00\00" "\20\08\00\00\07\00\00\00" "\20\08\00\00\07\00\00\00" "\02\00\00\00")

  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (call $allocate (local.get $size)))

  (func $allocate (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (if (i32.gt_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536)))
      (then
        (if (i32.eq (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1))) (i32.const -1))
          (then unreachable))))
    (local.get $at))

  (func (export "gate:policy/validator@1.0.0#describe") (result i32) (i32.const 1024))

  (func (export "gate:policy/validator@1.0.0#check-settings") (param i32 i32) (result i32) (i32.const 3072))

  (func (export "gate:policy/validator@1.0.0#validate") (param $arguments i32) (result i32)
    (call $validate (local.get $arguments)))

  (func $documents (param $arguments i32) (result i32) (i32.load offset=144 (local.get $arguments)))

  (func $count (param $arguments i32) (result i32) (i32.load offset=148 (local.get $arguments)))

  ;; An answer with `count` findings at `findings`.
  (func $ok (param $findings i32) (param $count i32) (result i32)
    (i32.store (i32.const 4096) (i32.const 0))
    (i32.store (i32.const 4100) (local.get $findings))
    (i32.store (i32.const 4104) (local.get $count))
    (i32.const 4096))

  ;; An answer that is an error: 0 for settings, 1 for a text.
  (func $error (param $case i32) (param $address i32) (param $length i32) (result i32)
    (i32.store (i32.const 4096) (i32.const 1))
    (i32.store (i32.const 4100) (local.get $case))
    (i32.store (i32.const 4104) (local.get $address))
    (i32.store (i32.const 4108) (local.get $length))
    (i32.const 4096))

  ;; Writes a finding at `at`: bad-thing, "A guest", at /metadata.
  (func $finding (param $at i32) (param $document i32)
    (memory.fill (local.get $at) (i32.const 0) (i32.const 76))
    (i32.store (local.get $at) (local.get $document))
    (i32.store offset=4 (local.get $at) (i32.const 2112))
    (i32.store offset=8 (local.get $at) (i32.const 9))
    (i32.store offset=12 (local.get $at) (i32.const 2080))
    (i32.store offset=16 (local.get $at) (i32.const 7))
    (i32.store offset=24 (local.get $at) (i32.const 1))
    (i32.store offset=28 (local.get $at) (i32.const 2128))
    (i32.store offset=32 (local.get $at) (i32.const 9)))

  ;; `count` findings, all on the first document; the address of the first.
  (func $findings (param $arguments i32) (param $count i32) (result i32)
    (local $first i32) (local $i i32)
    (local.set $first (call $allocate (i32.mul (local.get $count) (i32.const 76))))
    (loop $next
      (if (i32.lt_u (local.get $i) (local.get $count))
        (then
          (call $finding
            (i32.add (local.get $first) (i32.mul (local.get $i) (i32.const 76)))
            (i32.load (call $documents (local.get $arguments))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (local.get $first))

  ;; The honest answer: one finding for each document.
  (func $honest (param $arguments i32) (result i32)
    (local $first i32) (local $i i32)
    (local.set $first (call $allocate (i32.mul (call $count (local.get $arguments)) (i32.const 76))))
    (loop $next
      (if (i32.lt_u (local.get $i) (call $count (local.get $arguments)))
        (then
          (call $finding
            (i32.add (local.get $first) (i32.mul (local.get $i) (i32.const 76)))
            (i32.load (i32.add (call $documents (local.get $arguments)) (i32.mul (local.get $i) (i32.const 140)))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (call $ok (local.get $first) (call $count (local.get $arguments))))

  ;; @guest
)
