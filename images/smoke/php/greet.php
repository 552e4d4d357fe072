<?php
function greet($name) { return "Grüße, $name!"; }
