package Greet;
sub greet { return "Grüße, $_[0]!"; }
1;
