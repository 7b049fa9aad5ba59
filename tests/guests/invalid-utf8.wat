;; A message that is no UTF-8.
(data (i32.const 2080) "\ff\fe")
(func $validate (param $arguments i32) (result i32) (call $honest (local.get $arguments)))
(data (i32.const 1040) "\30\08\00\00\02\00\00\00\30\08\00\00\02\00\00\00") ;; title and description without it
(data (i32.const 2184) "\30\08\00\00\02\00\00\00\30\08\00\00\02\00\00\00") ;; and those of the rule
