/**
 * How the doctor is run where the program runs. A console begins in `/`, where npm finds no package, and npm would take
 * a third of a small machine for itself: https://github.com/superfly/flyctl/issues/1220
 */
export const ON_FLY =
	'fly ssh console -C "node /app/src/commands/doctor/main.ts"';
