proc greet*(name: string): string = "Grüße, " & name & "!"
