;; A policy of version 1.0.0 that says back all that it is told: `validate` gives one finding with every optional field
;; set, whose message has every field of the arguments, each followed by "|" (lists end with ";").
;;
;; An option begins with "+" or "-". Settings of three bytes are answered with an error in words, of four with one on the
;; settings. Layouts are those of the canonical ABI; the number before a field is its address in the record.
(module
  (memory (export "memory") 4)
  (global $heap (mut i32) (i32.const 131072))
  (global $out (mut i32) (i32.const 65536))

  ;; metadata
  (data (i32.const 1024)
    "\00\10\00\00\04\00\00\00"             ;;  0 id
    "\10\10\00\00\05\00\00\00"             ;;  8 version
    "\20\10\00\00\05\00\00\00"             ;; 16 title
    "\30\10\00\00\0b\00\00\00"             ;; 24 description
    "\01\00\00\00"                         ;; 32 scope: change-set
    "\00\05\00\00\01\00\00\00"             ;; 36 matches
    "\01\00\00\00"                         ;; 44 reads-secret-values
    "\40\10\00\00\11\00\00\00"             ;; 48 settings-schema
    "\00\06\00\00\01\00\00\00"             ;; 56 rules
    "\01\00\00\00\60\10\00\00\13\00\00\00" ;; 64 help-url
    "\00\07\00\00\01\00\00\00"             ;; 76 tags
    "\00\08\00\00\01\00\00\00")            ;; 84 properties
  (data (i32.const 1280)                   ;; match-rule
    "\40\05\00\00\07\00\00\00"             ;;  0 roles
    "\50\05\00\00\02\00\00\00"             ;;  8 api-groups
    "\60\05\00\00\01\00\00\00"             ;; 16 kinds
    "\48\05\00\00\04\00\00\00")            ;; 24 operations
  (data (i32.const 1344) "\00\01\02\03\04\05\06") ;; every role
  (data (i32.const 1352) "\00\01\02\03")          ;; every operation
  (data (i32.const 1360) "\00\00\00\00\00\00\00\00\80\10\00\00\04\00\00\00") ;; "", "apps"
  (data (i32.const 1376) "\90\10\00\00\0a\00\00\00")                         ;; "Deployment"
  (data (i32.const 1536)                   ;; rule
    "\a0\10\00\00\04\00\00\00"             ;;  0 id
    "\b0\10\00\00\04\00\00\00"             ;;  8 title
    "\c0\10\00\00\08\00\00\00"             ;; 16 help
    "\01\00\00\00"                         ;; 24 severity: warning
    "\00\08\00\00\01\00\00\00")            ;; 28 properties
  (data (i32.const 1792) "\d0\10\00\00\03\00\00\00")                         ;; tags
  (data (i32.const 2048) "\e0\10\00\00\04\00\00\00\f0\10\00\00\05\00\00\00") ;; "name": "value"

  (data (i32.const 4096) "echo")
  (data (i32.const 4112) "1.0.0")
  (data (i32.const 4128) "Echo!")
  (data (i32.const 4144) "Says *back*")
  (data (i32.const 4160) "{\"type\":\"object\"}")
  (data (i32.const 4192) "https://example.com")
  (data (i32.const 4224) "apps")
  (data (i32.const 4240) "Deployment")
  (data (i32.const 4256) "said")
  (data (i32.const 4272) "Said")
  (data (i32.const 4288) "### Said")
  (data (i32.const 4304) "tag")
  (data (i32.const 4320) "name")
  (data (i32.const 4336) "value")
  (data (i32.const 4352) "/metadata/name")
  (data (i32.const 4368) "Mend it")
  (data (i32.const 4384) "[]")
  (data (i32.const 4400) "the other")
  (data (i32.const 4416) "/a")

  ;; finding
  (data (i32.const 5120)
    "\00\00\00\00"                                             ;;  0 document: that of the first
    "\a0\10\00\00\04\00\00\00"                                 ;;  4 rule
    "\00\00\01\00\00\00\00\00"                                 ;; 12 message: what was written
    "\01\02\00\00"                                             ;; 20 severity: error
    "\01\00\00\00\00\11\00\00\0e\00\00\00"                     ;; 24 pointer
    "\01\00\00\00"                                             ;; 36 sensitive
    "\01\00\00\00\10\11\00\00\07\00\00\00\20\11\00\00\02\00\00\00" ;; 40 fix
    "\80\14\00\00\01\00\00\00"                                 ;; 60 related
    "\00\08\00\00\01\00\00\00")                                ;; 68 properties
  (data (i32.const 5248)                                       ;; related
    "\00\00\00\00"                                             ;;  0 document
    "\01\00\00\00\00\11\00\00\0e\00\00\00"                     ;;  4 pointer
    "\30\11\00\00\09\00\00\00")                                ;; 16 message
  ;; settings-issue
  (data (i32.const 5376) "\40\11\00\00\02\00\00\00\00\00\00\00\00\00\00\00")

  (func (export "cabi_realloc") (param i32 i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (local.get $at))

  (func $byte (param $byte i32)
    (i32.store8 (global.get $out) (local.get $byte))
    (global.set $out (i32.add (global.get $out) (i32.const 1))))

  (func $bar (call $byte (i32.const 124)))

  ;; The string at an address and of a length that stand at `field`.
  (func $text (param $field i32)
    (memory.copy (global.get $out) (i32.load (local.get $field)) (i32.load offset=4 (local.get $field)))
    (global.set $out (i32.add (global.get $out) (i32.load offset=4 (local.get $field))))
    (call $bar))

  (func $digits (param $number i64)
    (if (i64.ge_u (local.get $number) (i64.const 10))
      (then (call $digits (i64.div_u (local.get $number) (i64.const 10)))))
    (call $byte (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $number) (i64.const 10))))))

  (func $number (param $number i64)
    (call $digits (local.get $number))
    (call $bar))

  ;; Writes the sign of an option; whether there is something.
  (func $some (param $field i32) (result i32)
    (if (i32.load8_u (local.get $field))
      (then (call $byte (i32.const 43)) (return (i32.const 1))))
    (call $byte (i32.const 45))
    (call $bar)
    (i32.const 0))

  (func $option (param $field i32)
    (if (call $some (local.get $field)) (then (call $text (i32.add (local.get $field) (i32.const 4))))))

  (func $texts (param $field i32)
    (local $i i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (i32.load offset=4 (local.get $field)))
        (then
          (call $text (i32.add (i32.load (local.get $field)) (i32.mul (local.get $i) (i32.const 8))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (call $byte (i32.const 59)))

  (func $environment (param $at i32)
    (call $text (local.get $at))
    (if (call $some (i32.add (local.get $at) (i32.const 8)))
      (then (call $number (i64.load32_u offset=12 (local.get $at)))))
    (call $option (i32.add (local.get $at) (i32.const 16)))
    (call $texts (i32.add (local.get $at) (i32.const 28)))
    (call $texts (i32.add (local.get $at) (i32.const 36)))
    (call $number (i64.load8_u offset=44 (local.get $at))))

  (func $pull-request (param $at i32)
    (if (call $some (local.get $at)) (then (call $number (i64.load offset=8 (local.get $at)))))
    (call $text (i32.add (local.get $at) (i32.const 16)))
    (call $text (i32.add (local.get $at) (i32.const 24)))
    (call $texts (i32.add (local.get $at) (i32.const 32)))
    (call $texts (i32.add (local.get $at) (i32.const 40)))
    (call $number (i64.load8_u offset=48 (local.get $at))))

  (func $context (param $at i32)
    (local $i i32)
    (call $text (local.get $at))
    (call $text (i32.add (local.get $at) (i32.const 8)))
    (call $text (i32.add (local.get $at) (i32.const 16)))
    (call $option (i32.add (local.get $at) (i32.const 24)))
    (call $option (i32.add (local.get $at) (i32.const 36)))
    (loop $next
      (if (i32.lt_u (local.get $i) (i32.load offset=52 (local.get $at)))
        (then
          (call $environment (i32.add (i32.load offset=48 (local.get $at)) (i32.mul (local.get $i) (i32.const 48))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (if (call $some (i32.add (local.get $at) (i32.const 56)))
      (then (call $pull-request (i32.add (local.get $at) (i32.const 64)))))
    (call $text (i32.add (local.get $at) (i32.const 120)))
    (call $text (i32.add (local.get $at) (i32.const 128))))

  (func $document (param $at i32)
    (call $number (i64.load32_u (local.get $at)))
    (call $number (i64.load8_u offset=4 (local.get $at)))
    (call $number (i64.load8_u offset=5 (local.get $at)))
    (call $text (i32.add (local.get $at) (i32.const 8)))     ;; path
    (call $option (i32.add (local.get $at) (i32.const 16)))  ;; old-path
    (call $option (i32.add (local.get $at) (i32.const 28)))  ;; environment
    (call $texts (i32.add (local.get $at) (i32.const 40)))   ;; reaches
    (call $texts (i32.add (local.get $at) (i32.const 48)))   ;; cluster-versions
    (call $text (i32.add (local.get $at) (i32.const 56)))    ;; api-version
    (call $text (i32.add (local.get $at) (i32.const 64)))    ;; kind
    (call $option (i32.add (local.get $at) (i32.const 72)))  ;; namespace
    (call $text (i32.add (local.get $at) (i32.const 84)))    ;; name
    (call $option (i32.add (local.get $at) (i32.const 92)))  ;; object
    (call $option (i32.add (local.get $at) (i32.const 104))) ;; old-object
    (call $option (i32.add (local.get $at) (i32.const 116))) ;; promoted-from
    (call $option (i32.add (local.get $at) (i32.const 128)))) ;; extensions

  (func (export "gate:policy/validator@1.0.0#describe") (result i32) (i32.const 1024))

  ;; One issue at "/a" that says the settings back; none for two bytes.
  (func (export "gate:policy/validator@1.0.0#check-settings") (param $address i32) (param $length i32) (result i32)
    (i32.store (i32.const 5384) (local.get $address))
    (i32.store (i32.const 5388) (local.get $length))
    (i32.store (i32.const 8192) (i32.const 5376))
    (i32.store (i32.const 8196) (i32.gt_u (local.get $length) (i32.const 2)))
    (i32.const 8192))

  (func (export "gate:policy/validator@1.0.0#validate") (param $arguments i32) (result i32)
    (local $i i32)
    (if (i32.eq (i32.load offset=4 (local.get $arguments)) (i32.const 3))
      (then
        (i32.store (i32.const 8192) (i32.const 1))
        (i32.store (i32.const 8196) (i32.const 1))
        (i32.store (i32.const 8200) (i32.const 4128))
        (i32.store (i32.const 8204) (i32.const 5))
        (return (i32.const 8192))))
    (if (i32.eq (i32.load offset=4 (local.get $arguments)) (i32.const 4))
      (then
        (i32.store (i32.const 5384) (i32.const 4128))
        (i32.store (i32.const 5388) (i32.const 5))
        (i32.store (i32.const 8192) (i32.const 1))
        (i32.store (i32.const 8196) (i32.const 0))
        (i32.store (i32.const 8200) (i32.const 5376))
        (i32.store (i32.const 8204) (i32.const 1))
        (return (i32.const 8192))))
    (call $text (local.get $arguments))
    (call $context (i32.add (local.get $arguments) (i32.const 8)))
    (loop $next
      (if (i32.lt_u (local.get $i) (i32.load offset=148 (local.get $arguments)))
        (then
          (call $document
            (i32.add (i32.load offset=144 (local.get $arguments)) (i32.mul (local.get $i) (i32.const 140))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (i32.store (i32.const 5120) (i32.load (i32.load offset=144 (local.get $arguments))))
    (i32.store (i32.const 5248) (i32.load (i32.load offset=144 (local.get $arguments))))
    (i32.store (i32.const 5136) (i32.sub (global.get $out) (i32.const 65536)))
    (i32.store (i32.const 8192) (i32.const 0))
    (i32.store (i32.const 8196) (i32.const 5120))
    (i32.store (i32.const 8200) (i32.const 1))
    (i32.const 8192)))
