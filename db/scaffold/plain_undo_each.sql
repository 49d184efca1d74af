
-- {{index}} on {{table}} ({{keys}}).
{{restore}}
