//! Kubernetes' addresses, address ranges and URLs.

use std::net::IpAddr;

use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::net::{self, Cidr, Url};
use super::super::value::{Opaque, Value};
use super::{arg, text, unfit};

pub(super) fn call<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    if let Some(Value::Str(subject)) = args.first() {
        budget.bytes(subject.len())?;
    }
    match function {
        Function::IsUrl => Ok(Value::Bool(Url::parse(text(args, 0)?).is_some())),
        Function::ToUrl => Url::parse(text(args, 0)?)
            .map(|url| Value::opaque(Opaque::Url(url)))
            .ok_or_else(|| Fault::error("the text is no absolute URL")),
        Function::IsIp => Ok(Value::Bool(net::parse_ip(text(args, 0)?).is_some())),
        Function::ToIp => Ok(Value::opaque(Opaque::Ip(address(arg(args, 0)?)?))),
        Function::IsCanonical => {
            let subject = text(args, 0)?;
            let address = net::parse_ip(subject).ok_or_else(|| Fault::error("the text is no IP address"))?;
            Ok(Value::Bool(address.to_string() == subject))
        }
        Function::IsCidr => Ok(Value::Bool(Cidr::parse(text(args, 0)?).is_some())),
        Function::ToCidr => Ok(Value::opaque(Opaque::Cidr(range(arg(args, 0)?)?))),
        _ => of_opaque(function, args),
    }
}

fn address(value: &Value<'_>) -> Result<IpAddr, Fault> {
    match value {
        Value::Str(text) => net::parse_ip(text).ok_or_else(|| Fault::error("the text is no IP address")),
        Value::Opaque(opaque) => match **opaque {
            Opaque::Ip(address) => Ok(address),
            _ => Err(unfit("an IP address", value)),
        },
        other => Err(unfit("an IP address", other)),
    }
}

fn range(value: &Value<'_>) -> Result<Cidr, Fault> {
    match value {
        Value::Str(text) => Cidr::parse(text).ok_or_else(|| Fault::error("the text is no address range")),
        Value::Opaque(opaque) => match **opaque {
            Opaque::Cidr(range) => Ok(range),
            _ => Err(unfit("an address range", value)),
        },
        other => Err(unfit("an address range", other)),
    }
}

fn of_opaque<'a>(function: Function, args: &[Value<'a>]) -> Answer<'a> {
    let first = arg(args, 0)?;
    let Value::Opaque(opaque) = first else { return Err(unfit("an address or URL", first)) };
    match &**opaque {
        Opaque::Url(url) => of_url(function, url).ok_or_else(|| unfit("an address", first)),
        Opaque::Ip(address) => of_address(function, *address).ok_or_else(|| unfit("an address range", first)),
        Opaque::Cidr(cidr) => match function {
            Function::ContainsIp => Ok(Value::Bool(cidr.has(address(arg(args, 1)?)?))),
            Function::ContainsCidr => Ok(Value::Bool(cidr.covers(range(arg(args, 1)?)?))),
            Function::IpOf => Ok(Value::opaque(Opaque::Ip(cidr.address))),
            Function::Masked => Ok(Value::opaque(Opaque::Cidr(cidr.masked()))),
            Function::PrefixLength => Ok(Value::Int(i64::from(cidr.prefix))),
            _ => Err(unfit("an address", first)),
        },
        _ => Err(unfit("an address or URL", first)),
    }
}

fn of_url<'a>(function: Function, url: &Url) -> Option<Value<'a>> {
    Some(match function {
        Function::Scheme => Value::text(&*url.scheme),
        Function::Host => Value::text(&*url.host),
        Function::Hostname => Value::text(url.hostname()),
        Function::Port => Value::text(url.port()),
        Function::EscapedPath => Value::text(&*url.path),
        Function::Query => {
            let lists = url.query().into_iter().map(|(key, values)| {
                let values = values.into_iter().map(Value::text).collect();
                (Value::text(key), Value::list(values))
            });
            Value::map(lists.collect())
        }
        _ => return None,
    })
}

fn of_address<'a>(function: Function, address: IpAddr) -> Option<Value<'a>> {
    let link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.segments()[0] & 0xffc0 == 0xfe80,
    };
    let link_local_multicast = match address {
        IpAddr::V4(address) => address.octets()[..3] == [224, 0, 0],
        IpAddr::V6(address) => address.segments()[0] & 0xff0f == 0xff02,
    };
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    let special = address.is_unspecified() || address.is_loopback() || address.is_multicast();
    Some(match function {
        Function::Family => Value::Int(if address.is_ipv4() { 4 } else { 6 }),
        Function::IsUnspecified => Value::Bool(address.is_unspecified()),
        Function::IsLoopback => Value::Bool(address.is_loopback()),
        Function::IsLinkLocalMulticast => Value::Bool(link_local_multicast),
        Function::IsLinkLocalUnicast => Value::Bool(link_local),
        Function::IsGlobalUnicast => Value::Bool(!(special || link_local || broadcast)),
        _ => return None,
    })
}
