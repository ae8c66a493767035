using BearerTools.Grants.Login;
using BearerTools.Storage;

namespace BearerTools.Entra;

/// <summary>What the ways through Entra ID are handed of this process.</summary>
/// <param name="Sockets">Sends, without redirects: the process's proxy, certificates and pool.</param>
/// <param name="Time">The clock.</param>
/// <param name="Browser">Where people log in.</param>
/// <param name="Accounts">The accounts of those who did.</param>
internal sealed record EntraServices(HttpMessageHandler Sockets, TimeProvider Time, IBrowser Browser, IAccountStore Accounts);
