
-- {{index}} on {{table}} ({{keys}}).
{{restore}}
select {{indexLiteral}} || ' is there again';
