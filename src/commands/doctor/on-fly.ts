/**
 * How the doctor is run where the program runs: as the program's own user, since root may write everything; by its path,
 * since a console begins in `/`; and without npm, which would take a third of a small machine for itself.
 * https://fly.io/docs/flyctl/ssh-console/
 */
export const ON_FLY =
	'fly ssh console -u node -C "node /app/src/commands/doctor/main.ts"';
