using BearerTools.Grants.Login;
using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>Shared services of the process for Entra ID token sources.</summary>
/// <param name="Sockets">The connection pool with the process's proxy and certificates; follows no redirects.</param>
/// <param name="Time">The clock.</param>
/// <param name="Browser">Opens the sign-in page.</param>
/// <param name="Accounts">Stores the accounts that have signed in.</param>
internal sealed record EntraServices(HttpMessageHandler Sockets, TimeProvider Time, IBrowser Browser, IAccountStore Accounts);
