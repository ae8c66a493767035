using BearerTools.StoreProbe;

// Commands come by standard input, and results go to standard output, one a line.
return args switch
{
    ["lock", var path, var rounds, var milliseconds] => await LockProbe.RunAsync(path, Number(rounds), Number(milliseconds)),
    ["renew", var folder, var endpoint] => await RenewProbe.RunAsync(folder, new Uri(endpoint)),
    _ => 2,
};

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
