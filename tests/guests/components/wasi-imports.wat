;; Asks for files, randomness and a clock.
(component
  (import "wasi:filesystem/preopens@0.2.0" (instance))
  (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
  (import "wasi:clocks/wall-clock@0.2.0" (instance)))
