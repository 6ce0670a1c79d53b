/**
 * What a container or network of a run is for: `node`, `service`, `toxiproxy` or `operator`. The application's containers have none, nor have
 * the networks that the operator may know.
 */
export const roleLabel = "drill.role";
/** On a Toxiproxy: the service whose links it holds. */
export const linkLabel = "drill.link";
