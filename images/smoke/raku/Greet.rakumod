unit module Greet;
sub greet($name) is export { "Grüße, $name!" }
