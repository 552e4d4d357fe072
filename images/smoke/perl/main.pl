use lib '.';
use Greet;
my $name = <STDIN>;
chomp $name;
print Greet::greet($name), "\n";
exit 3;
