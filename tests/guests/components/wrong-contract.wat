;; Exports an interface of the right name with nothing in it.
(component
  (instance $validator)
  (export "gate:policy/validator@1.0.0" (instance $validator)))
