import Greet
import System.Exit

main :: IO ()
main = do
  name <- getLine
  putStrLn (greet name)
  exitWith (ExitFailure 3)
