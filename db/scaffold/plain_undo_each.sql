
-- {{index}} on {{table}} ({{keys}}).
{{restore}}
select {{indexLiteral}} || ' exists again';
