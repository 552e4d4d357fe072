use lib '.';
use Greet;
say greet(get);
exit 3;
