;; Asks for a function of its own invention.
(component
  (import "gate:policy/log@1.0.0" (instance (export "say" (func (param "text" string))))))
