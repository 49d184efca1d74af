{{check}}

drop index concurrently if exists {{qualifiedIndex}};
{{keeper}}
