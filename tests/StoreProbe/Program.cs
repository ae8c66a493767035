using BearerTools;
using BearerTools.StoreProbe;

// Commands come by standard input, and results go to standard output, one a line.
return args switch
{
    ["lock", var path, var rounds, var milliseconds] => await LockProbe.RunAsync(path, Number(rounds), Number(milliseconds)),
    ["renew", var folder, var endpoint] => await RenewProbe.RunAsync(RenewProbe.Services(folder), StoreKind.File, new Uri(endpoint)),
    ["fleet", var address, var key, var lease, var endpoint] => await RenewProbe.RunAsync(
        FleetProbe.Services(address, key, TimeSpan.FromMilliseconds(Number(lease))), StoreKind.Redis, new Uri(endpoint)),
    _ => 2,
};

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
