<?php
require 'greet.php';
echo greet(trim(fgets(STDIN))), "\n";
exit(3);
