;; Asks for a bare function.
(component
  (import "exit" (func)))
