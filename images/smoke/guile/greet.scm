(define (greet name) (string-append "Grüße, " name "!"))
