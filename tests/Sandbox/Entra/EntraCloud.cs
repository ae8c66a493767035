namespace BearerTools.Sandbox.Entra;

/// <summary>One of Microsoft's clouds: the names of its authority, and the two APIs that most clients call there.</summary>
internal sealed record EntraCloud(string Login, string PreferredCache, string[] Logins, string Graph, string Management)
{
    public static readonly EntraCloud Public = new(
        "login.microsoftonline.com",
        "login.windows.net",
        ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
        "graph.microsoft.com",
        "management.azure.com");

    public static readonly EntraCloud China = new(
        "login.partner.microsoftonline.cn",
        "login.partner.microsoftonline.cn",
        ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
        "microsoftgraph.chinacloudapi.cn",
        "management.chinacloudapi.cn");

    public static readonly EntraCloud UsGovernment = new(
        "login.microsoftonline.us",
        "login.microsoftonline.us",
        ["login.microsoftonline.us", "login.usgovcloudapi.net"],
        "graph.microsoft.us",
        "management.usgovcloudapi.net");

    public static readonly EntraCloud[] All = [Public, China, UsGovernment];

    public string[] Apis => [Graph, Management];

    public static EntraCloud OfLogin(string host) => All.Single(cloud => cloud.Logins.Contains(host, StringComparer.OrdinalIgnoreCase));
}
