/** What a container of a run is for: `node`, `toxiproxy` or `operator`. The application's containers have none. */
export const roleLabel = "drill.role";
/** On a Toxiproxy: the service whose links it holds. */
export const linkLabel = "drill.link";
