(defn greet [name] (str "Grüße, " name "!"))
