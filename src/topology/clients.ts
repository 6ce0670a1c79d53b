/** Who dials the links of the clients' network: a file of its own, so that naming a fault loads nothing that starts containers. */
export const clients = "clients";
