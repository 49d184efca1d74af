
-- {{index}} on {{table}} ({{keys}}): {{size}} when it was audited.
{{reason}}{{drop}}
select {{indexLiteral}} || ' is gone';
