(defun greet (name) (format nil "Grüße, ~a!" name))
