;; Traps if the bits of a NaN are not the canonical ones, which would differ between processors.
(global $zero (mut f32) (f32.const 0))
(func $validate (param $arguments i32) (result i32)
  (if (i32.ne
        (i32.reinterpret_f32 (f32.add (f32.div (global.get $zero) (global.get $zero)) (f32.const nan:0x200001)))
        (i32.const 0x7fc00000))
    (then (unreachable)))
  (call $honest (local.get $arguments)))
