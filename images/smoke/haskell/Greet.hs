module Greet where

greet :: String -> String
greet name = "Grüße, " ++ name ++ "!"
